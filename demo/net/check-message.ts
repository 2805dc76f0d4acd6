import { checkedColour } from "../page/player-colours.ts";
import { tidyLine, tidyName } from "../page/player-name.ts";
import { checkRound } from "./check-round.ts";
import { fields, isCount, isId, isMeasure } from "./check-value.ts";
import { CHAT_LENGTH, type GameMessage } from "./messages.ts";

/** What another peer sent, as a message of ours, with nothing in it that the game does not expect; `null` if it is none. */
export function checkMessage(value: unknown): GameMessage | null {
  const message = fields(value);
  switch (message?.["type"]) {
    case "hello":
      return checkHello(message["look"]);
    case "round": {
      const round = checkRound(message["round"]);
      return round === null ? null : { type: "round", round };
    }
    case "hit":
      return checkHit(message["hit"]);
    case "fell":
      return checkFell(message["fell"]);
    case "claim":
      return isCount(message["pickup"]) ? { type: "claim", pickup: message["pickup"] } : null;
    case "chat":
      return checkChat(message["text"]);
    case "seat":
      return checkSeat(message["code"], message["seat"]);
    default:
      return null;
  }
}

function checkHello(value: unknown): GameMessage | null {
  const look = fields(value);
  if (look === null || typeof look["name"] !== "string") return null;
  return { type: "hello", look: { name: tidyName(look["name"]), colour: checkedColour(look["colour"]) } };
}

function checkHit(value: unknown): GameMessage | null {
  const hit = fields(value);
  if (hit === null) return null;
  const { shooter, bolt, damage, x, y } = hit;
  if (!isId(shooter) || !isCount(bolt) || !isMeasure(damage) || damage < 0 || !isMeasure(x) || !isMeasure(y))
    return null;
  return { type: "hit", hit: { shooter, bolt, damage, x, y } };
}

function checkFell(value: unknown): GameMessage | null {
  const fell = fields(value);
  if (fell === null) return null;
  const { lastHitBy, x, y } = fell;
  if ((lastHitBy !== null && !isId(lastHitBy)) || !isMeasure(x) || !isMeasure(y)) return null;
  return { type: "fell", fell: { lastHitBy, x, y } };
}

function checkChat(value: unknown): GameMessage | null {
  if (typeof value !== "string") return null;
  const text = tidyLine(value, CHAT_LENGTH);
  return text === "" ? null : { type: "chat", text };
}

function checkSeat(code: unknown, value: unknown): GameMessage | null {
  const seat = fields(value);
  if (seat === null || typeof code !== "string" || !/^[A-Z0-9]{3,16}$/.test(code)) return null;
  const { peerId, secret } = seat;
  if (!isId(peerId) || typeof secret !== "string" || !/^[0-9a-f]{32}$/.test(secret)) return null;
  return { type: "seat", code, seat: { peerId, secret } };
}
