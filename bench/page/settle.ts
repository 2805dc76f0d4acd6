export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Closed connections are collected between measurements, not within one. The flag `--expose-gc` gives `gc`. */
export async function settle(): Promise<void> {
  await sleep(20);
  (globalThis as { gc?: () => void }).gc?.();
  await sleep(20);
}
