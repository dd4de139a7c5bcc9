// Package object reads and writes whole objects: local files, S3, memory.
//
//	"s3://b/dt=*/x.parquet" ─► ParseLocation ─► Stores.Open ─► Store + key
//	                                               │
//	            Expand (globs, hive partitions) ◄──┤
//	                                               ▼
//	      Fetcher: merge near ranges, fetch ahead, bounded ─► Store.Read
//	                                               │ Hedge: ask twice when slow
//	                                               │ Count: requests and bytes
//	                                               ▼
//	                                      local │ memory │ S3 (retries)
//
// A Store is a flat map from key to bytes. Objects are immutable versions: a
// reader that got an Object from Stat, Tail or List passes it to Read, and a
// store that can tell fails with KindChanged when the bytes behind the key are
// no longer those. Keys of the local store are paths of the operating system;
// keys of S3 are what follows the bucket.
//
// All errors are *Error (or wrap one): they name the object, the offset when
// there is one, and a Kind; errors.Is sees fs.ErrNotExist, fs.ErrPermission and
// fs.ErrExist through them. The package knows nothing of SQL.
package object
