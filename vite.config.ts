import { defineConfig } from "vite";

/** The demo: `npm run demo` serves it (demo/serve.ts), and `vite build` makes the page in `dist-demo/`. */
export default defineConfig({
  resolve: { conditions: ["tickmesh-source", "module", "browser", "development|production"] },
  // Named here, because a dependency that vite finds later makes it reload the page, in the middle of somebody's game.
  optimizeDeps: { include: ["colyseus.js", "msgpackr/index-no-eval", "phaser", "simple-peer/simplepeer.min.js"] },
  build: { outDir: "dist-demo", target: "es2022", chunkSizeWarningLimit: 2_000 },
});
