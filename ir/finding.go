package ir

// Severity says how bad a [Finding] is.
type Severity string

// The severities. An error makes the model invalid or its numbers worthless; a
// warning is worth a look.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Finding is one thing that a check has to say about a model.
type Finding struct {
	// Code names the kind of finding, such as WEIGHT_NAN; codes are stable.
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	// Node is the layer, weight or value concerned, empty for the whole model.
	Node string `json:"node,omitempty"`
	// Text says in one line what is wrong and, where that is known, what to do.
	Text string `json:"text"`
}
