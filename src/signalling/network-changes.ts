/** Calls back when this device's network has changed. Gives what ends that. */
export type NetworkChanges = (onChange: () => void) => () => void;

/** In Chromium alone; its `type` on phones alone. */
interface Knowing {
  readonly connection?: EventTarget & { readonly type?: string };
}

/** What the browser says: that it is online again, or on another kind of network. Nothing where there is no browser. */
export const browserNetworkChanges: NetworkChanges = (onChange) => {
  const hears = typeof addEventListener === "function";
  const connection = typeof navigator === "undefined" ? undefined : (navigator as Knowing).connection;
  let type = connection?.type;
  // The same event tells that the network is thought faster or slower.
  const onConnectionChange = (): void => {
    if (connection?.type === type) return;
    type = connection?.type;
    onChange();
  };
  if (hears) addEventListener("online", onChange);
  connection?.addEventListener("change", onConnectionChange);
  return () => {
    if (hears) removeEventListener("online", onChange);
    connection?.removeEventListener("change", onConnectionChange);
  };
};
