import { GodotAgent, type GodotEvent } from "./godot-agent.ts";
import "./page-globals.ts";

let answer: unknown;

function call(op: string, args: object): unknown {
  answer = undefined;
  window.godotCall(op, JSON.stringify(args));
  if (answer === undefined) throw new Error(`Godot gave no answer to ${op}`);
  return answer;
}

const agent = new GodotAgent((word) => void window.tell(word), call);
let becomeReady: (version: string) => void;
const ready = new Promise<string>((resolve) => {
  becomeReady = resolve;
});

window.agent = agent;
window.godotAnswer = (json) => {
  answer = (JSON.parse(json) as { readonly answer: unknown }).answer;
};
window.godotEvent = (json) => {
  const event = JSON.parse(json) as GodotEvent;
  if (event.event === "ready") becomeReady(event.version);
  else agent.happened(event);
};
window.boot = async () => {
  const engine = new window.Engine({
    executable: "/engine/index",
    mainPack: "/main.pck",
    args: ["--headless"],
    canvasResizePolicy: 0,
    focusCanvas: false,
    gdextensionLibs: [],
    fileSizes: {},
    persistentPaths: [],
  });
  await engine.startGame();
  return ready;
};
