/**
 * Small strings kept from visit to visit. Private windows and strict settings refuse storage: then they last as long as
 * the page.
 */
const fallback = new Map<string, string>();
const PREFIX = "floe.";

export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key) ?? fallback.get(key) ?? null;
  } catch {
    return fallback.get(key) ?? null;
  }
}

export function writeStored(key: string, value: string): void {
  fallback.set(key, value);
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Kept in the page only.
  }
}
