import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A partner that begins today: it reads the latest states, then every event from there on.
 *
 * <p>Needs Java 17 and org.apache.kafka:kafka-clients (4.1.1). client.properties holds
 * bootstrap.servers, security.protocol, sasl.mechanism and sasl.jaas.config (see kafka.md):
 *
 * <pre>java -cp 'kafka-clients.jar:…' Partner.java client.properties partner.city-data-bureau \
 *     liandong.credit-list [--once]</pre>
 *
 * <p>What it knows is kept in memory, for brevity: a real partner keeps the copy in its database and
 * commits the offsets after its own transaction, as here after {@link #react}.
 */
public final class Partner {
    private static final Set<String> ENDED =
            Set.of("cn.liandong.credit-list.organization.delisted");

    /** Of each aggregate the sequence of what we know last. */
    private final Map<String, Long> sequences = new HashMap<>();

    /** Of each aggregate the JSON of its latest state or event; absent: it is gone. */
    private final Map<String, String> copy = new HashMap<>();

    public static void main(String[] arguments) throws IOException {
        Properties settings = new Properties();
        try (InputStream file = new FileInputStream(arguments[0])) {
            settings.load(file);
        }
        settings.put("group.id", arguments[1] + ".java-copy");
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "none"); // away for too long: begin from the states again
        settings.put("key.deserializer", StringDeserializer.class.getName());
        settings.put("value.deserializer", StringDeserializer.class.getName());
        boolean once = arguments.length > 3 && arguments[3].equals("--once");
        new Partner().run(settings, arguments[2], once);
    }

    private void run(Properties settings, String topic, boolean once) {
        try (var events = new KafkaConsumer<String, String>(settings);
                var states = new KafkaConsumer<String, String>(settings)) {
            List<TopicPartition> places = partitions(events, topic);
            events.assign(places);
            beginFromNow(events, states, topic); // the copy is in memory: at every start
            Map<TopicPartition, Long> until = once ? events.endOffsets(places) : null;
            while (until == null || !reached(events, until)) {
                for (ConsumerRecord<String, String> event : events.poll(Duration.ofMillis(500))) {
                    if (learn(event)) {
                        react(event);
                    }
                }
                events.commitSync();
            }
        }
        System.out.println("known " + copy.size());
    }

    /**
     * First the end of the events, then the states: a state is written before its event, so what
     * lies before that end is in the states, and what lies behind it is still to be read.
     */
    private void beginFromNow(
            KafkaConsumer<String, String> events,
            KafkaConsumer<String, String> states,
            String topic) {
        Map<TopicPartition, Long> ends = events.endOffsets(partitions(events, topic));
        List<TopicPartition> places = partitions(states, topic + ".state");
        states.assign(places);
        states.seekToBeginning(places);
        Map<TopicPartition, Long> until = states.endOffsets(places);
        while (!reached(states, until)) {
            states.poll(Duration.ofMillis(500)).forEach(this::learn);
        }
        Map<TopicPartition, OffsetAndMetadata> start = new HashMap<>();
        ends.forEach((place, offset) -> start.put(place, new OffsetAndMetadata(offset)));
        events.commitSync(start);
        ends.forEach(events::seek);
    }

    /** Takes a state or an event in; false when we knew it, or something newer. */
    private boolean learn(ConsumerRecord<String, String> record) {
        String subject = header(record, "ce_subject");
        long sequence = Long.parseLong(header(record, "ce_sequence"));
        if (sequences.getOrDefault(subject, -1L) >= sequence) {
            return false;
        }
        sequences.put(subject, sequence);
        if (record.value() == null || ENDED.contains(header(record, "ce_type"))) {
            copy.remove(subject);
        } else {
            copy.put(subject, record.value());
        }
        return true;
    }

    /** Your own part: what an event means to you. */
    private void react(ConsumerRecord<String, String> event) {
        System.out.println(
                header(event, "ce_type")
                        + " " + header(event, "ce_subject")
                        + " " + header(event, "ce_sequence"));
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        Header found = record.headers().lastHeader(name);
        return new String(found.value(), StandardCharsets.UTF_8);
    }

    private static List<TopicPartition> partitions(
            KafkaConsumer<String, String> consumer, String topic) {
        List<TopicPartition> found = new ArrayList<>();
        consumer.partitionsFor(topic)
                .forEach(one -> found.add(new TopicPartition(topic, one.partition())));
        return found;
    }

    private static boolean reached(
            KafkaConsumer<String, String> consumer, Map<TopicPartition, Long> until) {
        return until.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }
}
