package sqllogictest

import "strconv"

// step is one record of a file with loops unrolled.
type step struct {
	*record           // loop variables filled in
	source    *record // as it stands in the file
	iteration string  // "1.0" for the second of the outer, first of the inner loop
	env       map[string]string
}

// maxSteps bounds what nested loops can unroll to.
const maxSteps = 200_000

// expand unrolls the loops of a file that checkLoops accepted.
func expand(records []*record) []step {
	var steps []step
	var walk func(records []*record, env map[string]string, iteration string)
	walk = func(records []*record, env map[string]string, iteration string) {
		for i := 0; i < len(records) && len(steps) < maxSteps; i++ {
			rec := records[i]
			switch rec.kind {
			case kindEndLoop:
			case kindLoop:
				end := matchingEnd(records, i)
				for k, v := range rec.loopValues {
					it := strconv.Itoa(k)
					if iteration != "" {
						it = iteration + "." + it
					}
					walk(records[i+1:end], bindLoop(env, rec.loopVars, v), it)
				}
				i = end
			default:
				s := step{record: rec.instantiate(env), source: rec, env: env}
				if rec.isTest() {
					s.iteration = iteration
				}
				steps = append(steps, s)
			}
		}
	}
	walk(records, nil, "")
	return steps
}

func matchingEnd(records []*record, loop int) int {
	depth := 0
	for i := loop; i < len(records); i++ {
		switch records[i].kind {
		case kindLoop:
			depth++
		case kindEndLoop:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(records)
}
