/**
 * Tells at once whether the page is visible, and again at each change. Where there is no page (Node) it counts as visible.
 * Returns what ends it.
 */
export function watchVisibility(tell: (visible: boolean) => void): () => void {
  if (typeof document === "undefined") {
    tell(true);
    return () => {};
  }
  const changed = (): void => tell(!document.hidden);
  document.addEventListener("visibilitychange", changed);
  changed();
  return () => document.removeEventListener("visibilitychange", changed);
}

/** Whether there is a page and nobody can see it. */
export function isHidden(): boolean {
  return typeof document !== "undefined" && document.hidden;
}
