package eval

import "github.com/inlaydb/inlay/storage/column"

// map1, map2 and map3 compute a function of fixed-width values row by row.

func map1[A, R column.Element](f func(A) (R, error)) apply {
	return func(c *call) error {
		a, dst := arg[A](c, 0), column.Values[R](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = f(a.at(i))
			return err
		})
	}
}

func map2[A, B, R column.Element](f func(A, B) (R, error)) apply {
	return func(c *call) error {
		a, b, dst := arg[A](c, 0), arg[B](c, 1), column.Values[R](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = f(a.at(i), b.at(i))
			return err
		})
	}
}

func map3[A, B, C, R column.Element](f func(A, B, C) (R, error)) apply {
	return func(c *call) error {
		a, b, d, dst := arg[A](c, 0), arg[B](c, 1), arg[C](c, 2), column.Values[R](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = f(a.at(i), b.at(i), d.at(i))
			return err
		})
	}
}

// sure makes a function that cannot fail one that could.
func sure[A, B, R any](f func(A, B) R) func(A, B) (R, error) {
	return func(a A, b B) (R, error) { return f(a, b), nil }
}

// inZone is the builder of a function that depends on the session's zone.
func inZone(f func(cp *compiler) apply) builder {
	return func(cp *compiler, s *signature) (node, error) { return s.node(cp, f(cp)), nil }
}
