import { isPeerId } from "../base/peer-id.ts";
import { checkSignal } from "./check-signal.ts";
import type { Signal } from "./signaller.ts";

/** Changes when an older tab would misread a message. */
const VERSION = 1;
const TOKEN_PATTERN = /^[0-9a-f]{16}$/;

/**
 * What tabs say to each other; every tab hears everything.
 *
 * hello: "I am new, who is there?" Answered by `here`. here: "I am still there." ping: "I am there, are you?"
 * bye: "I am gone", `lost` if not because it wanted to. taken: "the id is mine, `toToken` cannot have it."
 */
export type TabContent =
  | { readonly kind: "hello" | "here" | "ping" }
  | { readonly kind: "bye"; readonly lost: boolean }
  | { readonly kind: "taken"; readonly toToken: string }
  | { readonly kind: "signal"; readonly to: number; readonly signal: Signal };

/** Who says it. The id may pass on to another tab, the token never does. */
export interface TabSender {
  readonly from: number;
  readonly token: string;
}

export type TabMessage = TabContent & TabSender;

/** As it goes over the channel. */
export function wrapTabMessage(sender: TabSender, content: TabContent): object {
  return { ...content, ...sender, version: VERSION };
}

/**
 * What came over the channel, checked and copied: `"malformed"` if it is no message of ours, `"not-mine"` if it is a signal for
 * another member, which is not looked at further.
 */
export function checkTabMessage(value: unknown, localId: number): TabMessage | "malformed" | "not-mine" {
  if (typeof value !== "object" || value === null) return "malformed";
  const fields: Partial<Record<string, unknown>> = { ...value };
  const { version, kind, from, token, to } = fields;
  if (version !== VERSION || !isPeerId(from) || !isToken(token)) return "malformed";
  switch (kind) {
    case "hello":
    case "here":
    case "ping":
      return { kind, from, token };
    case "bye":
      return { kind, from, token, lost: fields["lost"] === true };
    case "taken": {
      const toToken = fields["toToken"];
      return isToken(toToken) ? { kind, from, token, toToken } : "malformed";
    }
    case "signal": {
      if (!isPeerId(to)) return "malformed";
      if (to !== localId) return "not-mine";
      const signal = checkSignal(fields["signal"]);
      return signal === null ? "malformed" : { kind, from, token, to, signal };
    }
    default:
      return "malformed";
  }
}

function isToken(value: unknown): value is string {
  return typeof value === "string" && TOKEN_PATTERN.test(value);
}
