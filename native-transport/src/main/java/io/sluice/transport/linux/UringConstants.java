package io.sluice.transport.linux;

/// Numbers and layouts from linux/io_uring.h, under their own names. Immutable.
public final class UringConstants {

    public static final int IORING_SETUP_CQSIZE = 1 << 3;
    public static final int IORING_SETUP_CLAMP = 1 << 4;
    public static final int IORING_SETUP_R_DISABLED = 1 << 6;
    public static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;
    public static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;
    public static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;

    public static final int IORING_FEAT_SINGLE_MMAP = 1;
    public static final int IORING_FEAT_NODROP = 1 << 1;
    public static final int IORING_FEAT_EXT_ARG = 1 << 8;
    public static final int IORING_FEAT_CQE_SKIP = 1 << 11;
    public static final int IORING_FEAT_NO_IOWAIT = 1 << 17;

    public static final long IORING_OFF_SQ_RING = 0;
    public static final long IORING_OFF_SQES = 0x1000_0000;

    public static final int IORING_ENTER_GETEVENTS = 1;
    public static final int IORING_ENTER_EXT_ARG = 1 << 3;
    public static final int IORING_ENTER_REGISTERED_RING = 1 << 4;
    public static final int IORING_ENTER_NO_IOWAIT = 1 << 7;

    public static final int IORING_REGISTER_ENABLE_RINGS = 12;
    public static final int IORING_REGISTER_RING_FDS = 20;
    public static final int IORING_REGISTER_PBUF_RING = 22;

    public static final int IORING_OP_POLL_ADD = 6;
    public static final int IORING_OP_ASYNC_CANCEL = 14;
    public static final int IORING_OP_CLOSE = 19;
    public static final int IORING_OP_SEND = 26;
    public static final int IORING_OP_RECV = 27;

    public static final int IOSQE_BUFFER_SELECT = 1 << 5;
    public static final int IOSQE_CQE_SKIP_SUCCESS = 1 << 6;
    public static final int IORING_RECV_MULTISHOT = 1 << 1;
    public static final int IORING_POLL_ADD_MULTI = 1;

    public static final int IORING_CQE_F_BUFFER = 1;
    public static final int IORING_CQE_F_MORE = 1 << 1;
    public static final int IORING_CQE_BUFFER_SHIFT = 16;

    public static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;

    /// struct io_uring_params and the offsets of its fields.
    public static final int PARAMS_BYTES = 120;

    public static final int PARAMS_SQ_ENTRIES = 0;
    public static final int PARAMS_CQ_ENTRIES = 4;
    public static final int PARAMS_FLAGS = 8;
    public static final int PARAMS_FEATURES = 20;
    public static final int PARAMS_SQ_HEAD = 40;
    public static final int PARAMS_SQ_TAIL = 44;
    public static final int PARAMS_SQ_FLAGS = 56;
    public static final int PARAMS_SQ_ARRAY = 64;
    public static final int PARAMS_CQ_HEAD = 80;
    public static final int PARAMS_CQ_TAIL = 84;
    public static final int PARAMS_CQ_CQES = 100;

    /// struct io_uring_sqe.
    public static final int SQE_BYTES = 64;

    /// struct io_uring_cqe.
    public static final int CQE_BYTES = 16;

    public static final int CQE_USER_DATA = 0;
    public static final int CQE_RESULT = 8;
    public static final int CQE_FLAGS = 12;

    /// struct io_uring_buf; the ring's tail stands in the last field of the first.
    public static final int BUFFER_ENTRY_BYTES = 16;

    public static final int BUFFER_ENTRY_LENGTH = 8;
    public static final int BUFFER_ENTRY_ID = 12;
    public static final int BUFFER_RING_TAIL = 14;

    /// struct io_uring_buf_reg.
    public static final int BUFFER_REGISTRATION_BYTES = 40;

    public static final int BUFFER_REGISTRATION_ENTRIES = 8;
    public static final int BUFFER_REGISTRATION_GROUP = 12;

    /// struct io_uring_getevents_arg.
    public static final int WAIT_BYTES = 24;

    public static final int WAIT_TIMESPEC = 16;

    private UringConstants() {}
}
