import { broadcastsContract } from "#test/contracts/broadcasts.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

broadcastsContract("the memory", createMemoryStorage);
