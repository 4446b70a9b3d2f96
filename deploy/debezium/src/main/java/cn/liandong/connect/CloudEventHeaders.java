package cn.liandong.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Puts the attributes of a CloudEvent, one JSON object in the header {@code cloudevent}, into
 * headers of their own (binary mode): {@code content-type} first, then {@code ce_<name>} in the
 * order of the object, as the relay writes them. All other headers are dropped. A record without
 * that header (a heartbeat) passes as it is.
 */
public final class CloudEventHeaders<R extends ConnectRecord<R>>
    implements Transformation<R>, Versioned {

  private static final String ATTRIBUTES = "cloudevent";
  private static final String CONTENT_TYPE = "datacontenttype";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public R apply(R record) {
    Header told = record.headers().lastWithName(ATTRIBUTES);
    if (told == null) {
      return record;
    }
    JsonNode attributes = read(told.value());
    ConnectHeaders headers = new ConnectHeaders();
    headers.addString("content-type", attributes.path(CONTENT_TYPE).asText());
    for (Map.Entry<String, JsonNode> one : attributes.properties()) {
      if (!one.getKey().equals(CONTENT_TYPE)) {
        headers.addString("ce_" + one.getKey(), one.getValue().asText());
      }
    }
    return record.newRecord(
        record.topic(),
        record.kafkaPartition(),
        record.keySchema(),
        record.key(),
        record.valueSchema(),
        record.value(),
        record.timestamp(),
        headers);
  }

  private static JsonNode read(Object told) {
    try {
      JsonNode attributes = JSON.readTree(String.valueOf(told));
      if (attributes == null || !attributes.isObject()) {
        throw new DataException("the attributes of an event are no JSON object: " + told);
      }
      return attributes;
    } catch (JsonProcessingException error) {
      throw new DataException("the attributes of an event are no JSON: " + told, error);
    }
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public void configure(Map<String, ?> settings) {
    // There is nothing to choose.
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  @Override
  public String version() {
    return "1";
  }
}
