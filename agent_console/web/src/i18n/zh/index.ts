import { desk } from "./desk";
import { frame } from "./frame";
import { pages } from "./pages";
import { trouble } from "./trouble";

export const zh = { ...frame, ...trouble, ...desk, ...pages };
