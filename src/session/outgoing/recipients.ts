import type { SendOptions } from "../session-options.ts";

export function isFor(id: number, options: SendOptions | undefined): boolean {
  if (options === undefined) return true;
  const { to, except } = options;
  return id !== except && (to === undefined || (typeof to === "number" ? to === id : to.includes(id)));
}
