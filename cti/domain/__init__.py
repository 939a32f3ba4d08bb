"""Pure rules of calls, agents and queues: no input or output, time comes in with each event."""
