/**
 * Calls back when the page is left, where there is a page. Gives what undoes that. In the first phase of the event:
 * whoever else lets go then, a lobby for one, closes the mesh that a goodbye needs.
 */
export function onPageHide(handler: () => void): () => void {
  if (typeof document === "undefined" || typeof addEventListener !== "function") return () => {};
  addEventListener("pagehide", handler, true);
  return () => removeEventListener("pagehide", handler, true);
}
