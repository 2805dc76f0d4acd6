import { runSignallerContract } from "../../contract/signaller-contract.ts";
import { tabContract } from "../../support/signaller-contracts.ts";

runSignallerContract(tabContract);
