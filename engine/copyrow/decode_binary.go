package copyrow

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// take gives the next n bytes, or false where the data ends before.
func (d *Decoder) take(ctx context.Context, n int) ([]byte, bool, error) {
	for len(d.buf)-d.pos < n {
		if d.pos > 1<<20 {
			d.buf = append(d.buf[:0], d.buf[d.pos:]...)
			d.pos = 0
		}
		ok, err := d.more(ctx)
		if err != nil || !ok {
			return nil, false, err
		}
	}
	b := d.buf[d.pos : d.pos+n]
	d.pos += n
	return b, true, nil
}

func (d *Decoder) binaryError(format string, args ...any) error {
	return sqlerr.New(sqlerr.BadCopyFileFormat, format, args...).WithWhere("%s", d.where())
}

// signature reads the head of the binary form.
func (d *Decoder) signature(ctx context.Context) error {
	bad := func(format string) error { return sqlerr.New(sqlerr.BadCopyFileFormat, "%s", format) }
	b, ok, err := d.take(ctx, len(binarySignature))
	if err != nil {
		return err
	}
	if !ok || string(b) != binarySignature {
		return bad("COPY file signature not recognized")
	}
	if b, ok, err = d.take(ctx, 4); err != nil {
		return err
	} else if !ok {
		return bad("invalid COPY file header (missing flags)")
	}
	switch flags := binary.BigEndian.Uint32(b); {
	case flags&(1<<16) != 0:
		return bad("invalid COPY file header (WITH OIDS)")
	case flags>>17 != 0:
		return bad("unrecognized critical flags in COPY file header")
	}
	if b, ok, err = d.take(ctx, 4); err != nil {
		return err
	} else if !ok || int32(binary.BigEndian.Uint32(b)) < 0 {
		return bad("invalid COPY file header (missing length)")
	}
	for left := int(binary.BigEndian.Uint32(b)); left > 0; {
		n := min(left, 64<<10)
		if _, ok, err := d.take(ctx, n); err != nil {
			return err
		} else if !ok {
			return bad("invalid COPY file header (wrong length)")
		}
		left -= n
	}
	return nil
}

func (d *Decoder) nextBinary(ctx context.Context) ([]*column.Column, int, error) {
	if !d.begun {
		d.begun = true
		if err := d.signature(ctx); err != nil {
			return nil, 0, err
		}
	}
	for i := range d.datums {
		d.datums[i] = d.datums[i][:0]
	}
	n := 0
	for size := 0; n < batchRows && size < 8<<20; n++ {
		d.line++
		b, ok, err := d.take(ctx, 2)
		if err != nil {
			return nil, 0, err
		}
		if !ok { // as Postgres: an end without the trailer is one too
			d.ended = true
			break
		}
		count := int16(binary.BigEndian.Uint16(b))
		if count == -1 {
			d.ended = true
			if _, more, err := d.take(ctx, 1); err != nil {
				return nil, 0, err
			} else if more {
				return nil, 0, d.binaryError("received copy data after EOF marker")
			}
			break
		}
		if int(count) != len(d.cols) {
			return nil, 0, d.binaryError("row field count is %d, expected %d", count, len(d.cols))
		}
		for i, c := range d.cols {
			v, k, err := d.binaryField(ctx, i, c.Type)
			if err != nil {
				return nil, 0, err
			}
			size += k
			d.datums[i] = append(d.datums[i], v)
		}
	}
	if n == 0 {
		return nil, 0, nil
	}
	out := make([]*column.Column, len(d.cols))
	for i, c := range d.cols {
		out[i] = types.ColumnOf(c.Type.Kind(), c.Type.Elem().Kind(), d.datums[i])
	}
	return out, n, nil
}

func (d *Decoder) binaryField(ctx context.Context, i int, t types.Type) (types.Datum, int, error) {
	where := fmt.Sprintf("%s, column %s", d.where(), d.cols[i].Name)
	b, ok, err := d.take(ctx, 4)
	if err != nil {
		return types.Datum{}, 0, err
	}
	if !ok {
		return types.Datum{}, 0, sqlerr.New(sqlerr.BadCopyFileFormat, "unexpected EOF in COPY data").WithWhere("%s", where)
	}
	n := int32(binary.BigEndian.Uint32(b))
	if n == -1 {
		return types.Null(t.Kind()), 0, nil
	}
	if n < 0 {
		return types.Datum{}, 0, sqlerr.New(sqlerr.BadCopyFileFormat, "invalid field size").WithWhere("%s", where)
	}
	if b, ok, err = d.take(ctx, int(n)); err != nil {
		return types.Datum{}, 0, err
	} else if !ok {
		return types.Datum{}, 0, sqlerr.New(sqlerr.BadCopyFileFormat, "unexpected EOF in COPY data").WithWhere("%s", where)
	}
	v, err := types.BinaryInput(b, t)
	if err != nil {
		e := *sqlerr.From(err)
		if e.Code == sqlerr.InvalidBinaryRepresentation && e.Message == "" {
			e.Message = "incorrect binary data format"
		}
		return types.Datum{}, 0, e.WithWhere("%s", where)
	}
	return v, int(n), nil
}
