/**
 * Connections that simple-peer makes and negotiates, for those who have its options, its patches or its `wrtc` in use.
 *
 * @module
 */

export { type SimplePeerConstructor, type SimplePeerOptions, simplePeerBackend } from "./simple-peer-backend.ts";
