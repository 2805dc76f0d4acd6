/** Bytes that nobody else can change or resize while they are sent: those of WebAssembly's memory and its like are copied. */
export function steady(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer: ArrayBufferLike & { readonly resizable?: boolean } = data.buffer;
  return buffer instanceof ArrayBuffer && buffer.resizable !== true ? (data as Uint8Array<ArrayBuffer>) : data.slice();
}
