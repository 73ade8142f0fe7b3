import { conversationsContract } from "#test/contracts/conversations.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

conversationsContract("the memory", createMemoryStorage);
