package parquet

// skipRows passes over n rows of the current page, which is loaded.
func (r *ColumnReader) skipRows(n int) error {
	values := n
	if r.leaf.maxDef > 0 {
		values = 0
		full := int32(r.leaf.maxDef)
		for left := n; left > 0; {
			if r.leaf.maxDef == 1 {
				k, err := r.page.defs.ones(left)
				if err != nil {
					return levelError(err)
				}
				if k > 0 {
					values += k
					left -= k
					if err := r.page.defs.skip(k); err != nil {
						return err
					}
					continue
				}
				var words [16]uint64
				m := min(left, len(words)*64)
				set, err := r.page.defs.bits(words[:], 0, m)
				if err != nil {
					return levelError(err)
				}
				values += set
				left -= m
				continue
			}
			m := min(left, 1024)
			r.scratchCodes(m)
			if err := r.page.defs.next(r.code[:m]); err != nil {
				return levelError(err)
			}
			for _, l := range r.code[:m] {
				if l == full {
					values++
				}
			}
			left -= m
		}
	}
	return r.skipValues(values)
}

// skipValues passes over n values of the current page.
func (r *ColumnReader) skipValues(n int) error {
	if n == 0 {
		return nil
	}
	p := &r.page
	var err error
	switch p.mode {
	case modeCodes, modeRuns:
		return p.codes.skip(n)
	case modeStrings:
		p.at, err = skipPlain(p.body, p.at, n)
	case modeDeltas:
		return p.strings.skip(n)
	case modeInts:
		return p.ints.skip(n)
	case modeBits:
		p.at += n
		if p.at > len(p.body)*8 {
			err = errShortValues
		}
	default:
		if n*r.stride > len(p.body)-p.at {
			return errShortValues
		}
		p.at += n * r.stride
	}
	return err
}
