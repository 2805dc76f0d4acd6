/** 32 bits that tell contents apart, quickly: to compare what is honest, not to withstand anybody. Whole numbers, signed. */
export function digest(data: ArrayBuffer | Uint8Array | string): number {
  if (typeof data === "string") {
    let digest = data.length;
    for (let i = 0; i < data.length; i++) digest = step(digest, data.charCodeAt(i));
    return digest;
  }
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const { length } = bytes;
  let digest = length;
  if (length >= LONG && bytes.byteOffset % 4 === 0 && IS_LITTLE_ENDIAN) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, length >> 2);
    for (const word of words) digest = step(digest, word);
  } else {
    for (let i = 0; i + 3 < length; i += 4) digest = step(digest, wordAt(bytes, i));
  }
  for (let i = length & ~3; i < length; i++) digest = step(digest, bytes[i] as number);
  return digest;
}

/** From so many bytes on, a view of words is worth its making. */
const LONG = 256;

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function step(digest: number, word: number): number {
  const mixed = Math.imul(digest ^ word, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
