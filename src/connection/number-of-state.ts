type Name<Word extends string> = Word extends `${infer First}-${infer Rest}`
  ? `${Uppercase<First>}_${Name<Rest>}`
  : Uppercase<Word>;

/** Godot's number for a state in the W3C's words, in which backends speak: "have-local-offer" is HAVE_LOCAL_OFFER. */
export function numberOfState<Word extends string, State extends number>(
  states: Readonly<Record<Name<Word>, State>>,
  word: Word,
): State {
  return states[word.toUpperCase().replaceAll("-", "_") as Name<Word>];
}
