"""What happens later: jobs that are made with the change they follow from, workers, schedules."""
