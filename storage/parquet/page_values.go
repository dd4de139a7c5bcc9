package parquet

import (
	"context"
	"fmt"
)

func startV1Levels(h *hybrid, body []byte, encoding int32, width uint, values int) ([]byte, error) {
	lev, rest, err := v1Levels(body, encoding, width, values)
	if err != nil {
		return nil, err
	}
	if encoding == encBitPacked {
		lev = repack(lev, width)
	}
	return rest, h.start(lev, width)
}

// repack turns the old bit-packed levels, most significant bit first, into one
// bit-packed run.
func repack(src []byte, width uint) []byte {
	n := uint(len(src)) * 8 / width
	groups := (n + 7) / 8
	out := make([]byte, 0, 10+groups*width+pageSlack)
	for v := groups<<1 | 1; ; v >>= 7 {
		if v < 0x80 {
			out = append(out, byte(v))
			break
		}
		out = append(out, byte(v)|0x80)
	}
	base := uint(len(out))
	out = out[:base+groups*width]
	for i := range n * width {
		value, bit := i/width, i%width
		from := value*width + (width - 1 - bit)
		if src[from/8]>>(7-from%8)&1 != 0 {
			out[base+i/8] |= 1 << (i % 8)
		}
	}
	return out
}

// startValues chooses the decoder for the page's encoding.
func (r *ColumnReader) startValues(ctx context.Context, body []byte) error {
	p := &r.page
	p.body, p.at, p.suspect = body, 0, false
	enc := p.head.encoding
	bytesLike := r.leaf.Type == ByteArray
	bad := &UnsupportedError{What: fmt.Sprintf("encoding %d of %v", enc, r.leaf.Type)}
	switch enc {
	case encPlain:
		switch {
		case bytesLike:
			p.mode = modeStrings
			p.suspect = r.leaf.textual() && !plainASCII(body)
		case r.leaf.Type == Boolean:
			p.mode = modeBits
		default:
			p.mode = modePlain
		}
		return nil
	case encPlainDictionary, encRLEDictionary:
		if r.leaf.Type == Boolean {
			return bad
		}
		p.mode = modeCodes
		if len(body) == 0 { // only NULLs
			return p.codes.start(body, 1)
		}
		if err := p.codes.start(body[1:], uint(body[0])); err != nil {
			return err
		}
		if r.dict == nil && r.dictAt == 0 {
			return nil // there may be only NULLs; a code would be found out
		}
		return r.loadDictionary(ctx)
	case encRLE:
		if r.leaf.Type != Boolean {
			return bad
		}
		p.mode = modeRuns
		if len(body) == 0 {
			return p.codes.start(body, 1)
		}
		runs, _, err := v1Levels(body, encRLE, 1, 0)
		if err != nil {
			return err
		}
		return p.codes.start(runs, 1)
	case encDeltaBinary:
		if r.leaf.Type != Int32 && r.leaf.Type != Int64 {
			return bad
		}
		p.mode = modeInts
		if p.ints == nil {
			p.ints = &deltaInts{}
		}
		if len(body) == 0 {
			p.ints.total, p.ints.given = 0, 0
			return nil
		}
		return p.ints.start(body)
	case encDeltaLength, encDeltaByteArray:
		if !bytesLike && (r.leaf.Type != FixedLenByteArray || enc == encDeltaLength) {
			return bad
		}
		p.mode, p.suspect = modeDeltas, r.leaf.textual()
		if p.strings == nil {
			p.strings = &deltaStrings{}
		}
		if len(body) == 0 {
			p.strings.lengths.total, p.strings.lengths.given = 0, 0
			return nil
		}
		return p.strings.start(body, 0, enc == encDeltaByteArray)
	case encByteStreamSplit:
		if bytesLike || r.leaf.Type == Boolean || r.leaf.Type == Int96 {
			return bad
		}
		n := len(body) / r.stride
		plain := r.pool.take(n * r.stride)
		unsplit(plain.b, body, n, r.stride)
		r.pool.unpin(p.buf)
		p.buf, p.body, p.mode = plain, plain.b, modePlain
		return nil
	}
	return bad
}
