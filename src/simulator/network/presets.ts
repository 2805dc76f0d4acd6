/**
 * Conditions with names that people know. Each is one way of a link, from one player to another who has the same kind of access: what
 * the first one's access adds on the way up, and the other's on the way down. Profiles for web pages (WebPageTest's, Apple's Network
 * Link Conditioner's, Loadero's) give the round trip of one access: one way through two of them is that much again.
 *
 * Jitter is most of what is added; half of the packets get less than a quarter of it.
 */
import type { LinkConditions } from "./link-conditions.ts";

export type LinkPreset = Readonly<Partial<LinkConditions>>;

/** Two machines on one switch: gigabit Ethernet (IEEE 802.3ab), on which pings take some tenths of a millisecond. */
export const LAN: LinkPreset = {
  latencyMs: 0.2,
  jitterMs: 0.4,
  bandwidthKbps: 1_000_000,
};

/**
 * Homes on cable, by wire: WebPageTest's "Cable" (5 Mbit/s down, 1 Mbit/s up, 28 ms round trip). Its loss is none; 0.1 % is the
 * order of what the FCC's Measuring Broadband America reports for fixed lines.
 */
export const BROADBAND: LinkPreset = {
  latencyMs: 28,
  jitterMs: 8,
  lossRatio: 0.001,
  bandwidthKbps: 1_000,
};

/**
 * The same homes, with the last metres by radio. A study of 47 access points ("WiFi can be the weakest link of round trip network latency
 * in the wild", INFOCOM 2016) found more than 20 ms on that hop for half of all packets and more than 100 ms for a tenth, in a crowd;
 * this is a home's share of that. Losses come in runs, as interference does.
 */
export const WIFI: LinkPreset = {
  latencyMs: 30,
  jitterMs: 50,
  lossRatio: 0.002,
  burst: { startRatio: 0.002, endRatio: 0.25, lossRatio: 0.5 },
  bandwidthKbps: 1_000,
};

/**
 * Phones with a good signal: WebPageTest's "LTE" (12 Mbit/s, 70 ms round trip), with the loss and jitter of Loadero's "4G" (0.2 %,
 * 5 to 15 ms).
 */
export const MOBILE: LinkPreset = {
  latencyMs: 70,
  jitterMs: 40,
  lossRatio: 0.002,
  burst: { startRatio: 0.001, endRatio: 0.2, lossRatio: 0.5 },
  bandwidthKbps: 12_000,
};

/**
 * Phones with a poor signal, on a train: WebPageTest's "3G Fast" (768 kbit/s up, 150 ms round trip), the jitter of Loadero's "3G" on
 * both ends, and losses up to what Apple's "Very Bad Network" has (10 %), most of them in runs.
 */
export const BAD_MOBILE: LinkPreset = {
  latencyMs: 150,
  jitterMs: 150,
  lossRatio: 0.01,
  burst: { startRatio: 0.01, endRatio: 0.1, lossRatio: 0.6 },
  reorderRatio: 0.005,
  reorderMs: 30,
  bandwidthKbps: 768,
};

/**
 * One player on a geostationary satellite, the other on a cable: ITU-T G.114 plans 260 ms one way for a hop over 36,000 km, and round trips
 * of 600 to 650 ms are usual. 10 Mbit/s is what such plans give upwards.
 */
export const SATELLITE: LinkPreset = {
  latencyMs: 290,
  jitterMs: 40,
  lossRatio: 0.005,
  bandwidthKbps: 10_000,
};
