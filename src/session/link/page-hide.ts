/** Calls back when the page is left, where there is a page. Gives what undoes that. */
export function onPageHide(handler: () => void): () => void {
  if (typeof document === "undefined" || typeof addEventListener !== "function") return () => {};
  addEventListener("pagehide", handler);
  return () => removeEventListener("pagehide", handler);
}
