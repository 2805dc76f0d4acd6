/** Colours that more than one thing uses. */
export const NIGHT = {
  warm: 0xff8a4c,
  foam: 0xd9f3ff,
} as const;

export const FONT = '"Avenir Next", "Segoe UI", "Nunito", "Helvetica Neue", Roboto, Arial, sans-serif';

/** 0xRRGGBB as CSS text. */
export function css(colour: number, alpha = 1): string {
  const [r, g, b] = [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

/** Between two colours; `share` 0 gives the first. */
export function blend(from: number, to: number, share: number): number {
  const part = (shift: number): number => {
    const a = (from >> shift) & 255;
    return Math.round(a + (((to >> shift) & 255) - a) * share) << shift;
  };
  return part(16) | part(8) | part(0);
}

/** The colour of a damage figure: white, then amber, then red. */
export function damageColour(damage: number): number {
  if (damage < 50) return blend(0xffffff, 0xffd166, damage / 50);
  return blend(0xffd166, 0xff4d5e, Math.min(1, (damage - 50) / 80));
}
