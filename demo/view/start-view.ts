import Phaser from "phaser";
import type { CraftInput, ViewModel } from "../game/types.ts";
import type { Area } from "./clearing.ts";
import { Controls } from "./controls.ts";
import { OverlayScene } from "./overlay-scene.ts";
import { useQuickTint } from "./quick-tint.ts";
import { RenderScale } from "./render-scale.ts";
import { Sound } from "./sound.ts";
import { SoundCues } from "./sound-cues.ts";
import { Stage } from "./stage.ts";
import { WorldScene } from "./world-scene.ts";

export interface ViewOptions {
  /** Gets the canvas; the view fills it and follows its size. */
  readonly parent: HTMLElement;
  readonly model: ViewModel;
  /** Where panels lie over the picture: the game is shown beside them. Asked some times a second. */
  readonly covered?: () => readonly Area[];
  /** Whether there is anybody to chat with. */
  readonly chats?: boolean;
  /** Whether somebody has come to the game who is not connected yet. Asked for each picture. */
  readonly coming?: () => string | null;
  readonly muted?: boolean;
  /** The player pressed M. */
  readonly onMute?: (muted: boolean) => void;
}

/** The picture and the sound of a game that somebody else runs. */
export interface GameView {
  /** What the player wants right now; ask once for each step of the game. */
  input(): CraftInput;
  muted: boolean;
  /** Pictures a second, lately. */
  readonly framesPerSecond: number;
  destroy(): void;
}

/**
 * Starts drawing `model` into `parent`. The view only reads: the game and the network go on by themselves, also while the browser
 * draws nothing because the tab is hidden.
 */
export function startView(options: ViewOptions): GameView {
  const { parent, model, covered, chats = false, coming = () => null, muted = false, onMute } = options;
  const sound = new Sound();
  sound.muted = muted;
  const controls = new Controls(parent, () => {
    sound.muted = !sound.muted;
    onMute?.(sound.muted);
  });
  const renderScale = new RenderScale(globalThis.devicePixelRatio);
  const stage = new Stage(() => [...(covered?.() ?? []), ...controls.covered]);
  const world = new WorldScene(model, new SoundCues(sound), stage);
  const overlay = new OverlayScene({ model, world, touch: () => controls.touch, stage, coming, chats });
  const game = new Phaser.Game({
    type: Phaser.AUTO,
    parent,
    width: Math.max(1, Math.round(parent.clientWidth * renderScale.ratio)),
    height: Math.max(1, Math.round(parent.clientHeight * renderScale.ratio)),
    scale: { mode: Phaser.Scale.NONE, zoom: 1 / renderScale.ratio },
    scene: [world, overlay],
    audio: { noAudio: true },
    input: { keyboard: false, mouse: false, touch: false, gamepad: false },
    // One texture a draw call and no multisampling: everything small is in one texture anyway, edges are soft in the pictures
    // themselves, and without a graphics card both cost more than all the drawing.
    render: { antialias: true, antialiasGL: false, maxTextures: 1, powerPreference: "high-performance" },
    backgroundColor: "#050d1f",
    banner: false,
    disableContextMenu: false,
    callbacks: { postBoot: useQuickTint },
  });
  game.events.once(Phaser.Core.Events.READY, () => game.scene.start("overlay"));
  game.events.on(Phaser.Core.Events.PRE_STEP, (_: number, deltaMs: number) => {
    renderScale.follow(game, parent);
    stage.update(game.scale.width, game.scale.height, renderScale.ratio, deltaMs / 1000);
  });

  return {
    input: () => controls.input(model.craft),
    get muted() {
      return sound.muted;
    },
    set muted(value: boolean) {
      sound.muted = value;
    },
    get framesPerSecond() {
      return game.loop.actualFps;
    },
    destroy() {
      controls.destroy();
      sound.destroy();
      game.destroy(true);
    },
  };
}
