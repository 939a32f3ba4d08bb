"""The pure part: states of a job, waiting times, moments of schedules."""
