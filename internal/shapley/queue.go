package shapley

// queue counts coalitions between Next and Take.
type queue struct {
	asked, taken int
}

func (q *queue) check(values []float64) error {
	if waiting := q.asked - q.taken; len(values) > waiting {
		return &UnaskedError{Given: len(values), Waiting: waiting}
	}
	return nil
}
