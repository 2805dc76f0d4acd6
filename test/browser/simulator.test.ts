import { runSameEverywhere } from "../simulation/same-everywhere.ts";

runSameEverywhere("Chromium");
