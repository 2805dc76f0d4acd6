/** Characters that a typed or linked code may have before it is tidied: people add spaces and dashes. */
const CODE_SHAPE = /^[A-Za-z0-9 -]{3,16}$/;

/** The link that brings somebody straight into a lobby. */
export function joinLink(code: string, here: string = location.href): string {
  const url = new URL(here);
  url.searchParams.set("join", code);
  url.hash = "";
  return url.href;
}

/** The code in a link's `?join=CODE` or `#CODE`, or `null`. */
export function codeInLink(here: string = location.href): string | null {
  const url = new URL(here);
  const asked = (url.searchParams.get("join") ?? url.hash.slice(1)).trim();
  return CODE_SHAPE.test(asked) ? asked.toUpperCase() : null;
}

/** The address without the invitation, so that a reload after leaving does not go straight back. */
export function withoutCode(here: string = location.href): string {
  const url = new URL(here);
  url.searchParams.delete("join");
  url.hash = "";
  return url.href;
}
