/** A rectangle on the screen. Unit: CSS pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Side = keyof Area;

/** What it would take to be rid of a panel. */
interface Cut {
  readonly side: Side;
  /** So much from that side. Unit: CSS pixels. */
  readonly depth: number;
  /** Of the screen's width or height, 0 to 1. */
  readonly share: number;
}

/** At each side this much of the screen may go: something is left, whatever there is. */
const SHARE_MOST = 1 / 3;

/**
 * The part of the screen that no panel lies over. Each panel is cut off, with everything beyond it, at the side where that takes
 * least; those first that take most, since others often lie beyond them.
 */
export function clearingOf(width: number, height: number, covered: readonly Area[]): Area {
  const clear: Record<Side, number> = { left: 0, top: 0, right: width, bottom: height };
  const panels = covered
    .filter((area) => area.right > area.left && area.bottom > area.top)
    .map((area) => ({ area, cut: smallestCut(width, height, area) }))
    .sort((a, b) => b.cut.share - a.cut.share);
  for (const { area, cut } of panels) {
    const isOutside =
      area.right <= clear.left || area.left >= clear.right || area.bottom <= clear.top || area.top >= clear.bottom;
    if (isOutside) continue;
    const depth = Math.min(cut.depth, (cut.depth / cut.share) * SHARE_MOST);
    if (cut.side === "left" || cut.side === "top") clear[cut.side] = Math.max(clear[cut.side], depth);
    else clear[cut.side] = Math.min(clear[cut.side], (cut.side === "right" ? width : height) - depth);
  }
  return clear;
}

function smallestCut(width: number, height: number, area: Area): Cut {
  const cuts: Cut[] = [
    { side: "top", depth: area.bottom, share: area.bottom / height },
    { side: "bottom", depth: height - area.top, share: (height - area.top) / height },
    { side: "left", depth: area.right, share: area.right / width },
    { side: "right", depth: width - area.left, share: (width - area.left) / width },
  ];
  return cuts.reduce((least, cut) => (cut.share < least.share ? cut : least));
}
