import { runSignallerContract } from "../contract/signaller-contract.ts";
import { virtualContract } from "../support/signaller-contracts.ts";

runSignallerContract(virtualContract);
