package savedmodel

import (
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	// maxNesting is the depth of messages inside messages that TensorFlow's
	// own parser accepts (the default of protocol buffers in C++).
	maxNesting = 100

	// messagesPerNode bounds the messages of a file together with
	// Limits.MaxGraphNodes. An empty message takes two bytes in the file and
	// some hundred in memory; the test models have 11 to 24 messages a node.
	messagesPerNode = 64
)

// scanner walks the wire form of a file without building anything, so that
// damage is found at its place and no small file can take much memory.
type scanner struct {
	file     string
	messages int
	limit    int
}

// message scans one message of type d whose first byte is at offset at of the
// file.
func (s *scanner) message(d protoreflect.MessageDescriptor, b []byte, at int64, depth int) error {
	if depth > maxNesting {
		return s.corrupt(at, d, fmt.Sprintf("messages are nested more than %d deep", maxNesting))
	}
	if s.messages++; s.messages > s.limit {
		return &TooLargeError{File: s.file, What: "messages", Given: int64(s.messages), Limit: int64(s.limit)}
	}
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return s.corrupt(at, d, reasonOf(n))
		}
		b, at = b[n:], at+int64(n)
		n = protowire.ConsumeFieldValue(num, typ, b)
		if n < 0 {
			return s.corrupt(at, d, reasonOf(n))
		}
		if f := d.Fields().ByNumber(num); f != nil && typ == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(b)
			start := at + int64(n-len(value))
			switch {
			case f.Message() != nil:
				if err := s.message(f.Message(), value, start, depth+1); err != nil {
					return err
				}
			case f.Kind() == protoreflect.StringKind && !utf8.Valid(value):
				return s.corrupt(start, d, "the text of field "+string(f.Name())+" is not UTF-8")
			}
		}
		b, at = b[n:], at+int64(n)
	}
	return nil
}

func (s *scanner) corrupt(at int64, d protoreflect.MessageDescriptor, reason string) error {
	return &CorruptError{File: s.file, Offset: at, Message: string(d.Name()), Reason: reason}
}

func reasonOf(code int) string {
	return protowire.ParseError(code).Error()
}
