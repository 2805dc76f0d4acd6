import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { MissingKey } from "./key-file.ts";
import { isOriginPattern } from "./origins.ts";

/** How a flag's text becomes its value; what is wrong with it is told in words that go on from the text. */

export const text = z.string().min(1, "is empty");

export const yesOrNo = z
  .enum(["true", "false", "1", "0"], 'is neither "true" nor "false"')
  .transform((value) => value === "true" || value === "1");

export function whole(least: number, most: number): z.ZodType {
  const words = `is no whole number from ${least} to ${most}`;
  return numberOr(words, least, most).pipe(z.int(words));
}

export function number(least: number, most: number): z.ZodType {
  return numberOr(`is no number from ${least} to ${most}`, least, most);
}

/** Like `number`, with "none" for `null`. */
export function wholeOrNone(least: number, most: number): z.ZodType {
  const words = `is no whole number from ${least} to ${most}, nor "none"`;
  return z.union([z.literal("none").transform(() => null), numberOr(words, least, most).pipe(z.int(words))], words);
}

/** A secret, or `@` and the file that has it. */
export function secret(least: number): z.ZodType {
  const words = `is shorter than ${least} letters`;
  return z.string().transform(readSecret).pipe(z.string(words).min(least, words));
}

/** A file of at least so many bytes, or a `MissingKey`. */
export function keyFile(least: number): z.ZodType {
  return z.string().transform((path, context) => {
    if (path !== "" && !existsSync(path)) return new MissingKey(path);
    const bytes = readBytes(path, context);
    if (bytes === null) return z.NEVER;
    if (bytes.length >= least) return new Uint8Array(bytes);
    context.addIssue({ code: "custom", message: `is a file of ${bytes.length} bytes, at least ${least} are needed` });
    return z.NEVER;
  });
}

export const level = z.enum(["info", "warn", "error"], "is none of info, warn and error");

/** Several of something, with commas between. */
function list(item: z.ZodType<unknown, string>, words: string): z.ZodType {
  return z
    .string()
    .transform((value) => value.split(",").map((part) => part.trim()))
    .pipe(z.array(item, words));
}

const originWords = "is no origin such as https://example.com or https://*.example.com";
export const origins = list(z.string().refine(isOriginPattern, originWords), originWords);

export const turnUrls = list(
  z.string().regex(/^turns?:[^\s,]+$/, "is no turn: or turns: address"),
  "is no turn: or turns: address",
);

export function url(pattern: RegExp, words: string): z.ZodType {
  return z.string().refine((value) => pattern.test(value) && URL.canParse(value), words);
}

/** `host`, `host:port`, and a path where one may be. */
export function address(mayHavePath: boolean): z.ZodType {
  const words = mayHavePath ? "is no host:port/path" : "is no host:port";
  const pattern = mayHavePath ? /^[\w.[\]:-]+(\/[\w./-]*[\w.-])?$/ : /^[\w.[\]:-]+$/;
  return z.string().refine((value) => pattern.test(value) && URL.canParse(`http://${value}`), words);
}

const iceUrl = z.string().regex(/^(stun|stuns|turn|turns):\S+$/, "is no stun:, turn: or turns: address");
export const iceServers = z
  .string()
  .transform(parseIceServers)
  .pipe(
    z.array(
      z.strictObject({
        urls: z.union([iceUrl, z.array(iceUrl).min(1)], "is no stun:, turn: or turns: address, nor a list of them"),
        username: z.string().optional(),
        credential: z.string().optional(),
      }),
      "is no array of servers as RTCPeerConnection takes it",
    ),
  );

function numberOr(words: string, least: number, most: number) {
  // Without the pattern, nothing at all would be read as 0.
  return z.string().regex(/\d/, words).transform(Number).pipe(z.number(words).min(least, words).max(most, words));
}

function parseIceServers(value: string, context: z.RefinementCtx): unknown {
  if (value === "none") return [];
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue({ code: "custom", message: 'is neither JSON nor "none"' });
    return z.NEVER;
  }
}

function readSecret(value: string, context: z.RefinementCtx): string {
  if (!value.startsWith("@")) return value;
  return readBytes(value.slice(1), context)?.toString("utf8").trimEnd() ?? z.NEVER;
}

function readBytes(path: string, context: z.RefinementCtx): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    context.addIssue({
      code: "custom",
      message: `is no file that can be read (${(error as NodeJS.ErrnoException).code})`,
    });
    return null;
  }
}
