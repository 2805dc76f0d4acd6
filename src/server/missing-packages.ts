/** What the server imports, and npm does not install by itself: optional peers, which games in browsers need not have. */
const PACKAGES = ["@colyseus/core", "@colyseus/schema", "@colyseus/ws-transport", "zod"];

/** The server's packages that are not there. */
export function missingPackages(): string[] {
  return PACKAGES.filter((name) => {
    try {
      import.meta.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
}
