/** Whether there is a page and nobody can see it. */
export function isPageHidden(): boolean {
  return typeof document !== "undefined" && document.hidden;
}

/** Calls back when the page is hidden or shown. Gives what undoes that. Where there is no page (Node) nothing ever happens. */
export function onVisibilityChange(handler: () => void): () => void {
  if (typeof document === "undefined") return () => {};
  document.addEventListener("visibilitychange", handler);
  return () => document.removeEventListener("visibilitychange", handler);
}
