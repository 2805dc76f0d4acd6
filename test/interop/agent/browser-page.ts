import "./page-globals.ts";
import { TickmeshAgent } from "./tickmesh-agent.ts";

window.agent = new TickmeshAgent((word) => void window.tell(word));
