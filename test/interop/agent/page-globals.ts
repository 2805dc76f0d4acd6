import type { MeshAgent, Word } from "./mesh-agent.ts";

declare global {
  interface Window {
    /** Put there by the test. */
    tell(word: Word): Promise<void>;
    agent: MeshAgent;
    /** Starts the engine; gives its version. In Godot's page only. */
    boot(): Promise<string>;
    /** Put there by the script inside Godot. */
    godotCall(op: string, json: string): void;
    godotAnswer(json: string): void;
    godotEvent(json: string): void;
    /** Put there by the engine's loader. */
    readonly Engine: new (
      options: object,
    ) => { startGame(): Promise<void> };
  }
}
