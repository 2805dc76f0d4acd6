import Phaser from "phaser";

const TEXTURE = "water";
/** Drawn small and stretched: water is soft, and every pixel less counts on slow machines. */
const WIDTH = 256;
const HEIGHT = 144;

/** Slow swell, thin moving highlights, and the aurora mirrored in it. World coordinates in, so that it stays put under the camera. */
const FRAGMENT = `
#pragma phaserTemplate(shaderName)
precision highp float;
uniform float uTime;
uniform vec2 uCentre;
uniform vec2 uSpan;
varying vec2 outTexCoord;

float hash(vec2 p) {
  p = fract(p * vec2(0.1031, 0.1137));
  p += dot(p, p.yx + 19.19);
  return fract((p.x + p.y) * p.x * 7.13);
}
float noise(vec2 p) {
  vec2 i = floor(p);
  vec2 f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(mix(hash(i), hash(i + vec2(1.0, 0.0)), f.x), mix(hash(i + vec2(0.0, 1.0)), hash(i + vec2(1.0, 1.0)), f.x), f.y);
}
void main() {
  vec2 uv = vec2(outTexCoord.x, 1.0 - outTexCoord.y) - 0.5;
  vec2 world = uCentre * 0.92 + uv * uSpan;
  float swell = noise(world * 0.0042 + vec2(uTime * 0.05, -uTime * 0.03));
  vec2 bent = world + (swell - 0.5) * 90.0;

  vec3 colour = mix(vec3(0.010, 0.036, 0.092), vec3(0.022, 0.112, 0.190), swell);

  // Small waves lie across the view; where both sets are high they shine.
  float near = noise(bent * vec2(0.012, 0.030) + vec2(uTime * 0.16, uTime * 0.09));
  float far = noise(bent * vec2(0.023, 0.060) + vec2(-uTime * 0.15, uTime * 0.19) + 31.0);
  float wave = near * 0.6 + far * 0.4;
  float crest = pow(1.0 - abs(near * 2.0 - 1.0), 4.0) * smoothstep(0.52, 0.80, far);
  float glint = smoothstep(0.60, 0.90, wave) + 0.5 * smoothstep(0.72, 0.95, far) * near;
  colour += vec3(0.006, 0.030, 0.050) * smoothstep(0.40, 0.66, wave);

  // The aurora, mirrored: curtains drawn out downwards, broken up by the waves.
  float band = uv.x * 1.7 - uv.y * 0.65 + world.x * 0.0004 + (wave - 0.5) * 0.16 + (swell - 0.5) * 0.4;
  float curtain = noise(vec2(band * 3.2 + uTime * 0.030, uTime * 0.05));
  float fold = noise(vec2(band * 9.0 - uTime * 0.05, uv.y * 1.6 + uTime * 0.04));
  float aurora = smoothstep(0.18, 0.80, curtain) * (0.25 + 0.75 * fold);
  vec3 sky = mix(vec3(0.03, 0.74, 0.48), vec3(0.44, 0.16, 0.90), smoothstep(0.25, 0.75, curtain * 0.5 + fold * 0.35 + (0.4 - uv.y) * 0.35));

  colour += sky * aurora * (0.20 + 0.36 * wave + 0.60 * crest);
  colour += vec3(0.20, 0.42, 0.62) * (crest * 0.34 + glint * 0.42);
  float edge = dot(uv, uv);
  colour *= 1.0 - edge * 0.8;
  gl_FragColor = vec4(colour, 1.0);
}
`;

/** The sea: one stretched picture behind everything. */
export class Water {
  readonly #image: Phaser.GameObjects.Image | null;
  readonly #scene: Phaser.Scene;
  #seconds = 0;
  readonly #centre: [number, number] = [0, 0];
  readonly #span: [number, number] = [1, 1];

  constructor(scene: Phaser.Scene) {
    this.#scene = scene;
    if (scene.game.renderer.type !== Phaser.WEBGL) {
      this.#image = null;
      return;
    }
    const setupUniforms = (setUniform: (name: string, value: unknown) => void): void => {
      setUniform("uTime", this.#seconds);
      setUniform("uCentre", this.#centre);
      setUniform("uSpan", this.#span);
    };
    const config = { name: "Water", fragmentSource: FRAGMENT, setupUniforms };
    scene.add.shader(config, 0, 0, WIDTH, HEIGHT).setOrigin(0).setRenderToTexture(TEXTURE);
    this.#image = scene.add.image(0, 0, TEXTURE).setDepth(0);
    scene.textures.get(TEXTURE).setFilter(Phaser.Textures.FilterMode.LINEAR);
  }

  /** Keeps the picture behind the camera's view. */
  update(seconds: number, x: number, y: number): void {
    const camera = this.#scene.cameras.main;
    this.#seconds = seconds % 10_000;
    this.#centre[0] = x;
    this.#centre[1] = y;
    this.#span[0] = camera.width / camera.zoom;
    this.#span[1] = camera.height / camera.zoom;
    this.#image?.setPosition(x, y).setDisplaySize(this.#span[0] + 4, this.#span[1] + 4);
  }
}
