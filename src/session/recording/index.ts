/**
 * The last packets and events of a session, for bug reports.
 *
 * @module
 */

export { decodeRecording, type RecordedItem, type SessionRecording } from "./recording.ts";
export { type RecordingObserver, replayRecording } from "./replay-recording.ts";
export { type RecordedSession, SessionRecorder, type SessionRecorderOptions } from "./session-recorder.ts";
