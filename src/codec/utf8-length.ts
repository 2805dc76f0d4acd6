/** How many bytes a string takes in UTF-8; −1 if half of a surrogate pair is in it, which UTF-8 has no bytes for. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    // Two units, four bytes: the second one's own byte is counted, so two more.
    const isPair = unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (!isPair) return -1;
    i += 1;
  }
  return length;
}
