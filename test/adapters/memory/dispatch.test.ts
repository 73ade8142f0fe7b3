import { dispatchContract } from "#test/contracts/dispatch.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

dispatchContract("the memory", createMemoryStorage);
