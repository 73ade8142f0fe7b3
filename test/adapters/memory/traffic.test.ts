import { trafficContract } from "#test/contracts/traffic.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

trafficContract("the memory", createMemoryStorage);
