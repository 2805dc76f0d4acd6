/** A member of the lobby whom this page is not connected to yet. */
export interface Awaited {
  readonly name: string;
  /** It was here before this page came, so that it is this page which joins. */
  readonly wasHere: boolean;
  /** The last attempt to connect failed; there will be another. */
  readonly failed: boolean;
}

/** Who is on the way to whom, for the big writing; `null`: nobody. */
export function comingWords(awaited: readonly Awaited[]): string | null {
  if (awaited.length === 0) return null;
  const coming = awaited.filter(({ failed }) => !failed);
  if (coming.length === 0) return `No way to ${whom(awaited)} yet: trying again…`;
  const here = coming.filter(({ wasHere }) => wasHere);
  if (here.length > 0) return `Connecting to ${whom(here)}…`;
  return coming.length === 1
    ? `${whom(coming)} is coming: connecting…`
    : `${coming.length} players are coming: connecting…`;
}

function whom(awaited: readonly Awaited[]): string {
  return awaited.length === 1 ? (awaited[0] as Awaited).name : "the others";
}
