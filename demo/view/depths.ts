/** What lies above what in the world. */
export const DEPTH = {
  sparkle: 2,
  skirt: 4,
  foam: 6,
  sinking: 7,
  ice: 10,
  warning: 12,
  skid: 14,
  pickup: 16,
  shadow: 18,
  glow: 19,
  spray: 20,
  craft: 22,
  bolt: 24,
  spark: 26,
  tag: 30,
} as const;
