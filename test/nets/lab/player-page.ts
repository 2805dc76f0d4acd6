import { createLabGame, type LabGame } from "./lab-game.ts";

declare global {
  interface Window {
    labGame: LabGame;
  }
}

window.labGame = createLabGame();
