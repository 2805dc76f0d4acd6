import { tabContract } from "../support/signaller-contracts.ts";
import { runSignallerContract } from "./signaller-contract.ts";

runSignallerContract(tabContract);
