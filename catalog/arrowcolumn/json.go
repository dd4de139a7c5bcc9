package arrowcolumn

import (
	"encoding/json"

	"github.com/apache/arrow-go/v18/arrow"
)

// jsonText is one value as JSON: structs and maps with text keys as objects,
// bytes in base64, times as Arrow writes them.
func jsonText(a arrow.Array, i int) (string, error) {
	b, err := json.Marshal(a.GetOneForMarshal(i))
	return string(b), err
}
